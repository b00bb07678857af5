/* Writes down what a program asks of the disk below one folder: put in front of the C library by
 * LD_PRELOAD, read back by disk.py, which then knows what a power cut may leave.
 *
 * RECORD_ROOT is the folder, RECORD_TO the file to write. A record is a header and its bytes, in
 * one write() to a file opened O_APPEND, so that several processes may share it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MOST (1 << 22)

struct header {
    uint64_t began, ended; /* ns, CLOCK_MONOTONIC */
    uint64_t inode;
    uint64_t offset;  /* or the new length of a truncation */
    uint32_t size;    /* of what follows: bytes written, or a path, or two with a NUL between */
    char kind;        /* Create Write Truncate Sync Rename Link Unlink Mkdir */
    char pad[3];
};

typedef int (*opener)(int, const char *, int, ...);

static char root[PATH_MAX];
static int to = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void) {
    const char *named = getenv("RECORD_ROOT"), *path = getenv("RECORD_TO");
    if (named == NULL || path == NULL || realpath(named, root) == NULL) return;
    to = ((opener)dlsym(RTLD_NEXT, "openat"))(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void record(char kind, uint64_t at, uint64_t inode, uint64_t offset, const void *bytes, size_t size) {
    struct header head = {at, now(), inode, offset, (uint32_t)size, kind, {0}};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)bytes, size}};
    int kept = errno;
    if (REAL(writev)(to, parts, 2) != (ssize_t)(sizeof head + size)) abort();
    errno = kept;
}

/* The whole path, without following the last name; 0 when it is not below the root. */
static int below(int dir, const char *path, char *whole) {
    pthread_once(&once, begin);
    if (to < 0 || path == NULL || strlen(path) >= PATH_MAX / 2) return 0;
    if (path[0] == '/') {
        strcpy(whole, path);
    } else {
        char link[64];
        if (dir == AT_FDCWD) {
            if (getcwd(whole, PATH_MAX / 2) == NULL) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
            ssize_t got = readlink(link, whole, PATH_MAX / 2 - 1);
            if (got < 0) return 0;
            whole[got] = 0;
        }
        strcat(whole, "/");
        strcat(whole, path);
    }
    size_t length = strlen(root);
    return strncmp(whole, root, length) == 0 && (whole[length] == '/' || whole[length] == 0);
}

/* The inode of an open file of the root, 0 for any other. */
static uint64_t open_inode(int fd) {
    char link[64], whole[PATH_MAX];
    struct stat found;
    pthread_once(&once, begin);
    if (to < 0 || fd == to) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t got = readlink(link, whole, sizeof whole - 1);
    if (got <= 0) return 0;
    whole[got] = 0;
    size_t length = strlen(root);
    if (strncmp(whole, root, length) != 0) return 0;
    return fstat(fd, &found) == 0 ? (uint64_t)found.st_ino : 0;
}

static int opened(int dir, const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    struct stat found;
    uint64_t at = now();
    int ours = below(dir, path, whole);
    int was_there = ours && lstat(whole, &found) == 0;
    int fd = ((opener)dlsym(RTLD_NEXT, "openat"))(dir, path, flags, mode);
    if (fd >= 0 && ours && fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
        if (!was_there && (flags & O_CREAT)) record('C', at, found.st_ino, 0, whole, strlen(whole));
        else if (flags & O_TRUNC) record('T', at, found.st_ino, 0, "", 0);
    }
    return fd;
}

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags) return opened(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE(flags) return opened(dir, path, flags, mode); }

static ssize_t wrote(int fd, uint64_t inode, uint64_t at, ssize_t done, const void *bytes, off_t offset) {
    if (inode && done > 0) {
        for (ssize_t from = 0; from < done; from += MOST) {
            size_t part = (size_t)(done - from < MOST ? done - from : MOST);
            record('W', at, inode, (uint64_t)(offset + from), (const char *)bytes + from, part);
        }
    }
    (void)fd;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    uint64_t inode = open_inode(fd), at = now();
    ssize_t done = REAL(write)(fd, bytes, size);
    return wrote(fd, inode, at, done, bytes, inode && done > 0 ? lseek(fd, 0, SEEK_CUR) - done : 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    uint64_t inode = open_inode(fd), at = now();
    return wrote(fd, inode, at, REAL(pwrite)(fd, bytes, size, offset), bytes, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) {
    uint64_t inode = open_inode(fd), at = now();
    return wrote(fd, inode, at, REAL(pwrite)(fd, bytes, size, offset), bytes, offset);
}

static int cut(int fd, off_t length, int done, uint64_t at) {
    uint64_t inode = open_inode(fd);
    if (done == 0 && inode) record('T', at, inode, (uint64_t)length, "", 0);
    return done;
}

int ftruncate(int fd, off_t length) { uint64_t at = now(); return cut(fd, length, REAL(ftruncate)(fd, length), at); }
int ftruncate64(int fd, off_t length) { uint64_t at = now(); return cut(fd, length, REAL(ftruncate)(fd, length), at); }

static int synced(int fd, int done, uint64_t at) {
    uint64_t inode = done == 0 ? open_inode(fd) : 0;
    if (inode) record('S', at, inode, 0, "", 0);
    return done;
}

int fsync(int fd) { uint64_t at = now(); return synced(fd, REAL(fsync)(fd), at); }
int fdatasync(int fd) { uint64_t at = now(); return synced(fd, REAL(fdatasync)(fd), at); }

static void named(char kind, uint64_t at, int from_dir, const char *from, int to_dir, const char *path) {
    char first[PATH_MAX], second[PATH_MAX], both[2 * PATH_MAX];
    struct stat found;
    int a = below(from_dir, from, first), b = below(to_dir, path, second);
    if (!a && !b) return;
    if (lstat(second, &found) != 0) found.st_ino = 0;
    size_t length = strlen(first);
    memcpy(both, first, length + 1);
    strcpy(both + length + 1, second);
    record(kind, at, found.st_ino, 0, both, length + 1 + strlen(second));
}

int rename(const char *from, const char *path) {
    uint64_t at = now();
    int done = REAL(rename)(from, path);
    if (done == 0) named('R', at, AT_FDCWD, from, AT_FDCWD, path);
    return done;
}

int renameat(int from_dir, const char *from, int to_dir, const char *path) {
    uint64_t at = now();
    int done = REAL(renameat)(from_dir, from, to_dir, path);
    if (done == 0) named('R', at, from_dir, from, to_dir, path);
    return done;
}

int link(const char *from, const char *path) {
    uint64_t at = now();
    int done = REAL(link)(from, path);
    if (done == 0) named('L', at, AT_FDCWD, from, AT_FDCWD, path);
    return done;
}

int linkat(int from_dir, const char *from, int to_dir, const char *path, int flags) {
    uint64_t at = now();
    int done = REAL(linkat)(from_dir, from, to_dir, path, flags);
    if (done == 0) named('L', at, from_dir, from, to_dir, path);
    return done;
}

static int gone(int dir, const char *path, int done, uint64_t at) {
    char whole[PATH_MAX];
    if (done == 0 && below(dir, path, whole)) record('U', at, 0, 0, whole, strlen(whole));
    return done;
}

int unlink(const char *path) { uint64_t at = now(); return gone(AT_FDCWD, path, REAL(unlink)(path), at); }
int rmdir(const char *path) { uint64_t at = now(); return gone(AT_FDCWD, path, REAL(rmdir)(path), at); }
int unlinkat(int dir, const char *path, int flags) { uint64_t at = now(); return gone(dir, path, REAL(unlinkat)(dir, path, flags), at); }

static int made(int dir, const char *path, int done, uint64_t at) {
    char whole[PATH_MAX];
    struct stat found;
    if (done == 0 && below(dir, path, whole) && lstat(whole, &found) == 0)
        record('M', at, found.st_ino, 0, whole, strlen(whole));
    return done;
}

int mkdir(const char *path, mode_t mode) { uint64_t at = now(); return made(AT_FDCWD, path, REAL(mkdir)(path, mode), at); }
int mkdirat(int dir, const char *path, mode_t mode) { uint64_t at = now(); return made(dir, path, REAL(mkdirat)(dir, path, mode), at); }
