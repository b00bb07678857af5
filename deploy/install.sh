#!/bin/sh
# Turns a bare Debian 12 or 13 PC into a working office, in one command:
#
#   sudo deploy/install.sh --unit 26068 --name "UBND xã Tân An" --kiosk
#
# Run again it puts right what is not as it should be, and changes nothing where all is. It says
# every step, and ends with one sentence where it cannot go on. docs/operate.md tells what comes
# before it and after it.
#
#   --unit NUMBER      the commune's administrative code, five digits; it is given once and never
#                      changes. Without it the script asks, where there are no data yet
#   --name TEXT        the office as the screens name it (kept in settings.toml when that is made)
#   --phone TEXT       the number citizens call for help (likewise)
#   --lan NAME         this PC's name on the office's network                        (hienke.local)
#   --public NAME      the office's name on the internet, such as hienke.tanan.gov.vn
#   --email ADDRESS    with --public: who hears of certificates; the router hands 80 and 443 to us
#   --front ADDRESS    with --public: the proxy or relay in front of us; it comes to our port 8088
#   --kiosk            this PC shows the kiosk's screen too
#   --stick            a GSM stick carries the SMS (gammu-smsd)
#   --from FILE        what to install: a wheel, or a folder of the source     (where this file lies)
#   --wheels FOLDER    take Python's packages from here alone: for an office without internet
#   --root FOLDER      install into a Debian that lies in FOLDER, and start nothing
set -eu
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

instance=/srv/hienke
home=/opt/hienke
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

unit='' name='' phone='' lan=hienke.local public='' email='' front='' kiosk='' stick='' from=$here wheels='' root=''
changes=0 step='It'

say() { printf '%s\n' "$*"; }
stop() { printf 'Stopped: %s\n' "$*" >&2; exit 1; }
misused() { printf '%s\n' "$*" >&2; exit 2; }
begin() { step=$1; say "— $1"; }
changed() { changes=$((changes + 1)); say "    $*"; }

on_exit() {
  code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 2 ] || say "Nothing after «$step» was done. Put right what it says and run the same command again." >&2
}

read_words() {
  while [ $# -gt 0 ]; do
    case $1 in
      --kiosk) kiosk=yes; shift; continue ;;
      --stick) stick=yes; shift; continue ;;
      --help|-h) sed -n '2,/^set -eu/{/^set -eu/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    esac
    [ $# -ge 2 ] || misused "$1 needs a value; --help tells more."
    case $1 in
      --unit) unit=$2 ;;
      --name) name=$2 ;;
      --phone) phone=$2 ;;
      --lan) lan=$2 ;;
      --public) public=$2 ;;
      --email) email=$2 ;;
      --front) front=$2 ;;
      --from) from=$2 ;;
      --wheels) wheels=$2 ;;
      --root) root=$2 ;;
      *) misused "There is no $1; --help tells what there is." ;;
    esac
    shift 2
  done
  case "$lan$public" in *[!A-Za-z0-9.-]*) misused "A name has letters, digits, dots and dashes: $lan $public" ;; esac
  case "$name$phone" in *[\"\\]*) misused "--name and --phone hold no quotes and no backslashes." ;; esac
  [ -z "$unit" ] || is_unit "$unit" || misused "$unit is no unit's number: it has five digits, 00001 to 99999."
  [ -e "$from" ] || misused "There is no $from."
  [ -z "$wheels" ] || [ -d "$wheels" ] || misused "There is no folder $wheels."
  if [ -n "$public" ]; then
    [ -n "$email$front" ] || misused "--public needs --email (the router hands us 80 and 443) or --front (a proxy does)."
  fi
}

is_unit() {
  case $1 in
    00000|*[!0-9]*) return 1 ;;
    ?????) return 0 ;;
    *) return 1 ;;
  esac
}

# The number is settled before anything is done: asked for where data are to be made and nobody gave
# it, compared where data are there.
settle_unit() {
  if [ -e "$root$instance/settings.toml" ]; then
    held=$(sed -n '0,/^unit = /s/^unit = "\([0-9]*\)".*/\1/p' "$root$instance/settings.toml")
    [ -z "$unit$held" ] || [ "${unit:-$held}" = "${held:-$unit}" ] || misused "The data in $instance are unit $held's, not $unit's: a unit's number never changes."
    return 0
  fi
  if [ -z "$unit" ] && [ -t 0 ]; then
    printf "The commune's administrative code (five digits; it never changes afterwards): "
    read -r unit
    is_unit "$unit" || misused "$unit is no unit's number: it has five digits, 00001 to 99999."
  fi
  [ -n "$unit" ] || misused "--unit is missing: the commune's administrative code, five digits, given once."
}

# In a Debian that lies in a folder: the same script there, with what it installs beside it.
inside() {
  [ -x "$root/usr/bin/apt-get" ] || stop "$root holds no Debian: make one with debootstrap."
  rm -rf "$root/root/hienke-install"
  mkdir -p "$root/root/hienke-install/wheels"
  if [ -d "$from" ]; then copy_source "$from" "$root/root/hienke-install/source"; from=/root/hienke-install/source
  else cp "$from" "$root/root/hienke-install/"; copy_source "$here" "$root/root/hienke-install/source"; from=/root/hienke-install/${from##*/}; fi
  [ -z "$wheels" ] || { cp "$wheels"/*.whl "$root/root/hienke-install/wheels/"; set -- "$@" --wheels /root/hienke-install/wheels; }
  # Its /proc goes with the process that needed it.
  unshare --mount sh -euc 'mount -t proc proc "$0/proc"; exec chroot "$0" "$@"' \
    "$root" /root/hienke-install/source/deploy/install.sh "$@" --from "$from"
}

copy_source() {
  mkdir -p "$2"
  for one in setup.cfg pyproject.toml README.md LICENSE kiosk sms shared templates docs deploy; do
    cp -R "$1/$one" "$2/"
  done
  find "$2" -name __pycache__ -type d -prune -exec rm -rf {} +
}

has_systemd() { [ -d /run/systemd/system ]; }

# put MODE SOURCE TARGET: the file as it should be; says so only where it was another.
put() {
  if [ -f "$3" ] && cmp -s "$2" "$3"; then return; fi
  install -D -m "$1" "$2" "$3"
  changed "$3"
}

# write MODE TARGET: the same, with the text that comes in.
write() {
  cat > "$home/.new"
  put "$1" "$home/.new" "$2"
  rm -f "$home/.new"
}

with_the_pc() {
  for unit in "$@"; do
    systemctl is-enabled --quiet "$unit" 2>/dev/null && continue
    systemctl enable --quiet "$unit" 2>/dev/null || stop "systemd does not know $unit."
    changed "$unit starts with the PC"
  done
}

check_machine() {
  begin 'Is this a machine for it?'
  [ "$(id -u)" = 0 ] || stop 'it must run as root: sudo deploy/install.sh …'
  . /etc/os-release
  case "${ID:-}:${VERSION_ID:-}" in
    debian:12|debian:13) ;;
    *) stop "this is ${PRETTY_NAME:-no Debian}; Debian 12 or 13 is needed." ;;
  esac
  free=$(df --output=avail -k / | tail -1)
  [ "$free" -gt 3000000 ] || stop "the disk has $((free / 1024)) MB free; 3 GB are needed."
  mkdir -p "$home"
}

install_packages() {
  begin "Debian's packages"
  wanted=$(listed_for office)
  # One program keeps the clock.
  is_there chrony && wanted=$(printf '%s\n' "$wanted" | grep -vx systemd-timesyncd)
  [ -z "$kiosk" ] || wanted="$wanted $(listed_for kiosk)"
  [ -z "$stick" ] || wanted="$wanted $(listed_for stick)"
  missing=
  for one in $wanted; do is_there "$one" || missing="$missing $one"; done
  [ -n "$missing" ] || return 0
  apt-get update -qq || stop 'the package lists cannot be fetched: is the network there?'
  # shellcheck disable=SC2086 # a list
  apt-get install -y -qq --no-install-recommends $missing >/dev/null || stop "apt-get could not install$missing."
  changed "installed:$missing"
}

# What deploy/packages.txt lists for somebody; of two names the second where this release knows no
# package of the first.
listed_for() {
  sed -n "s/^\([^# ][^ ]*\)  *[a-z,]*\b$1\b.*/\1/p" "$here/deploy/packages.txt" | while IFS='|' read -r name other; do
    if [ -n "$other" ] && ! is_known "$name" && is_known "$other"; then name=$other; fi
    printf '%s\n' "$name"
  done
}

is_known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }
is_there() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

make_account() {
  begin 'The account that runs it'
  if ! getent passwd hienke >/dev/null; then
    useradd --system --user-group --home-dir "$instance" --no-create-home --shell /usr/sbin/nologin hienke
    changed 'account hienke'
  fi
  for group in lp dialout; do
    id -nG hienke | grep -qw "$group" && continue
    usermod -aG "$group" hienke
    changed "hienke in the group $group"
  done
  if [ ! -d "$instance" ]; then
    install -d -o hienke -g hienke -m 700 "$instance"
    changed "$instance"
  fi
}

install_program() {
  begin 'The program'
  mark=$(mark_of "$from")
  if [ ! -x "$home/venv/bin/python" ]; then
    python3 -I -m venv "$home/venv"
    changed "$home/venv"
  fi
  if [ ! -x "$home/venv/bin/hienke" ] || [ "$(cat "$home/installed" 2>/dev/null)" != "$mark" ]; then
    set -- --quiet --disable-pip-version-check --no-warn-script-location
    [ -z "$wheels" ] || set -- "$@" --no-index --find-links "$wheels"
    "$home/venv/bin/python" -I -m pip install "$@" --upgrade "$from" </dev/null ||
      stop 'pip could not install it: is the network there? --wheels takes a folder instead.'
    printf '%s\n' "$mark" > "$home/installed"
    changed "hienke $("$home/venv/bin/python" -I -c 'from importlib.metadata import version; print(version("hienke"))')"
  fi
  for folder in deploy docs; do
    if ! diff -qr "$here/$folder" "$home/$folder" >/dev/null 2>&1; then
      rm -rf "${home:?}/$folder"
      cp -R "$here/$folder" "$home/"
      changed "$home/$folder"
    fi
  done
  put 755 "$here/deploy/system/hienke" /usr/local/bin/hienke
}

# What is installed, in one line: a wheel's checksum, or that of every file of the source.
mark_of() {
  if [ -f "$1" ]; then sha256sum < "$1"
  else (cd "$1" && find setup.cfg kiosk sms shared templates -type f ! -name '*.pyc' -exec sha256sum {} + | LC_ALL=C sort | sha256sum); fi
}

make_instance() {
  begin "The office's own data"
  if [ ! -e "$instance/settings.toml" ]; then
    (cd "$instance" && hienke init --unit "$unit") > "$home/.first" || stop "«hienke init» refused: $(cat "$home/.first")"
    logins=$(grep '^login:' "$home/.first")
    rm -f "$home/.first"
    set_setting name "$name"
    set_setting phone "$phone"
    [ -z "$public" ] || set_setting public_url "https://$public"
    sed -i "s/^hosts = .*/hosts = [\"$lan\"]/" "$instance/settings.toml"
    changed "$instance: settings, keys and an empty store"
  fi
}

set_setting() {
  [ -n "$2" ] || return 0
  escaped=$(printf '%s' "$2" | sed 's/[&/]/\\&/g')
  # The first of that name is the office's: [office] is the first section.
  sed -i "0,/^$1 = .*/s//$1 = \"$escaped\"/" "$instance/settings.toml"
}

set_clock() {
  begin 'The clock'
  if [ "$(readlink /etc/localtime)" != /usr/share/zoneinfo/Asia/Ho_Chi_Minh ]; then
    ln -sf /usr/share/zoneinfo/Asia/Ho_Chi_Minh /etc/localtime
    printf 'Asia/Ho_Chi_Minh\n' > /etc/timezone
    changed 'the time zone'
  fi
  if is_there chrony; then with_the_pc chrony.service; else with_the_pc systemd-timesyncd.service; fi
}

install_units() {
  begin 'It starts with the PC'
  put 644 "$here/deploy/systemd/hienke.service" /etc/systemd/system/hienke.service
  put 644 "$here/deploy/printer/70-receipt-printer.rules" "$home/70-receipt-printer.rules"
  with_the_pc hienke.service
  if [ -n "$stick" ]; then
    put 644 "$here/deploy/gammu/70-gsm-stick.rules" /etc/udev/rules.d/70-gsm-stick.rules
    [ -d "$instance/sms" ] || install -d -o hienke -g hienke -m 700 "$instance/sms"
    [ -e "$instance/sms/gammu-smsdrc" ] || install -o hienke -g hienke -m 600 "$here/deploy/gammu/gammu-smsdrc" "$instance/sms/"
    [ -e "$instance/sms/poke.py" ] || install -o hienke -g hienke -m 700 "$here/deploy/gammu/poke.py" "$instance/sms/"
    [ -e "$instance/sms/missed_call.py" ] || install -o hienke -g hienke -m 700 "$here/deploy/gammu/missed_call.py" "$instance/sms/"
    if [ ! -e "$instance/sms/smsd.db" ]; then
      runuser -u hienke -- sqlite3 "$instance/sms/smsd.db" < /usr/share/doc/gammu-smsd/examples/sqlite.sql
      changed "$instance/sms: the stick's own store"
    fi
    systemctl disable --quiet gammu-smsd.service 2>/dev/null || true
    put 644 "$here/deploy/gammu/hienke-smsd.service" /etc/systemd/system/hienke-smsd.service
    with_the_pc hienke-smsd.service
  fi
}

install_proxy() {
  begin 'What stands between the network and it'
  write 644 /etc/hienke/caddy.env <<END
HIENKE_LAN=$lan
HIENKE_STAFF_PORT=8443
HIENKE_PUBLIC=$public
HIENKE_EMAIL=$email
HIENKE_FRONT=$front
HIENKE_CA_FOLDER=/var/lib/caddy/.local/share/caddy/pki/authorities/local
END
  if [ -n "$email" ]; then put 644 "$here/deploy/caddy/public-internet.caddy" /etc/hienke/public.caddy
  elif [ -n "$front" ]; then put 644 "$here/deploy/caddy/public-behind-proxy.caddy" /etc/hienke/public.caddy
  elif [ -e /etc/hienke/public.caddy ]; then rm -f /etc/hienke/public.caddy; changed 'no name on the internet any more'; fi
  put 644 "$here/deploy/caddy/caddy.conf" /etc/systemd/system/caddy.service.d/hienke.conf
  put 644 "$here/deploy/caddy/Caddyfile" /etc/caddy/Caddyfile
  (set -a; . /etc/hienke/caddy.env; caddy validate --config /etc/caddy/Caddyfile --adapter caddyfile) > "$home/.caddy" 2>&1 ||
    stop "Caddy refuses its file: $(tail -1 "$home/.caddy")"
  rm -f "$home/.caddy"
  with_the_pc caddy.service
  short=${lan%%.*}
  if [ "$lan" != "${lan%.local}" ] && [ "$(cat /etc/hostname 2>/dev/null)" != "$short" ]; then
    printf '%s\n' "$short" > /etc/hostname
    grep -qsw "$short" /etc/hosts || printf '127.0.1.1\t%s\n' "$short" >> /etc/hosts
    ! has_systemd || hostname "$short"
    changed "this PC is called $short"
  fi
  with_the_pc avahi-daemon.service
}

install_firewall() {
  begin 'Who may come in at all'
  if [ -f /etc/nftables.conf ] && [ ! -e /etc/nftables.conf.before-hienke ]; then
    cp -p /etc/nftables.conf /etc/nftables.conf.before-hienke
  fi
  put 755 "$here/deploy/system/hienke.nft" /etc/nftables.conf
  with_the_pc nftables.service
}

install_upkeep() {
  begin 'Logs and security updates'
  put 644 "$here/deploy/system/journald.conf" /etc/systemd/journald.conf.d/hienke.conf
  put 644 "$here/deploy/system/logrotate" /etc/logrotate.d/hienke
  put 644 "$here/deploy/system/apt-upgrades" /etc/apt/apt.conf.d/52hienke
  with_the_pc unattended-upgrades.service
}

install_kiosk() {
  [ -n "$kiosk" ] || return 0
  begin "The kiosk's screen"
  if ! getent passwd kiosk >/dev/null; then
    useradd --create-home --groups audio,video --shell /usr/sbin/nologin kiosk
    changed 'account kiosk'
  fi
  put 755 "$here/deploy/kiosk/hienke-kiosk" /usr/local/bin/hienke-kiosk
  put 644 "$here/deploy/kiosk/policy.json" /etc/chromium/policies/managed/hienke.json
  put 644 "$here/deploy/kiosk/hienke-kiosk.service" /etc/systemd/system/hienke-kiosk.service
  if [ "$(systemctl get-default)" != graphical.target ]; then
    systemctl set-default --quiet graphical.target
    changed 'the PC starts with its screen'
  fi
  with_the_pc hienke-kiosk.service
}

start_all() {
  begin 'Does it run?'
  if ! has_systemd; then say '    (no systemd runs here: it starts with the PC)'; return; fi
  [ "$changes" -eq 0 ] || { systemctl daemon-reload; systemctl restart systemd-journald nftables caddy avahi-daemon hienke; }
  tries=60
  until curl --silent --fail --max-time 3 --output /dev/null http://127.0.0.1:8080/healthz; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || stop "it does not answer: see «journalctl -u hienke -n 30»."
    sleep 1
  done
  if [ -n "$kiosk" ]; then systemctl start hienke-kiosk; fi
}

tell_the_end() {
  say ''
  [ "$changes" -gt 0 ] || say 'Everything was as it should be; nothing was changed.'
  say "On this PC    http://127.0.0.1:8080 (citizens), http://127.0.0.1:8081 (office)"
  say "In the office https://$lan (kiosks, telephones), https://$lan:8443 (office)"
  [ -z "$public" ] || say "Outside       https://$public"
  ca=/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt
  if [ -f "$ca" ]; then
    say "The office's certificate, for tablets: http://$lan/office-ca.crt"
    say "    SHA-256 $(openssl x509 -in "$ca" -noout -fingerprint -sha256 | cut -d= -f2)"
  fi
  if [ -n "${logins:-}" ]; then
    say ''
    say 'Write this down now, it is shown once and works once:'
    say "$logins" | sed 's/^/    /'
  fi
  say ''
  say 'Next, docs/operate.md, "Setting up in an afternoon": the first login, people, kiosks, and the'
  say "key of the backups, which must not stay on this PC. A new login: sudo hienke user password admin"
}

read_words "$@"
trap on_exit EXIT
settle_unit
if [ -n "$root" ]; then
  target=$root root=''
  set --
  [ -z "$unit" ] || set -- "$@" --unit "$unit"
  [ -z "$name" ] || set -- "$@" --name "$name"
  [ -z "$phone" ] || set -- "$@" --phone "$phone"
  [ -z "$public" ] || set -- "$@" --public "$public"
  [ -z "$email" ] || set -- "$@" --email "$email"
  [ -z "$front" ] || set -- "$@" --front "$front"
  [ -z "$kiosk" ] || set -- "$@" --kiosk
  [ -z "$stick" ] || set -- "$@" --stick
  root=$target
  inside "$@" --lan "$lan"
  exit
fi
check_machine
install_packages
make_account
install_program
make_instance
set_clock
install_units
install_proxy
install_firewall
install_upkeep
install_kiosk
start_all
tell_the_end
