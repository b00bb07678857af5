"""What a program serves: one instance with its settings and keys, and its addresses.

Both programs open one at their start and pass it to their apps; nothing here speaks HTTP.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from shared.db.connection import Store
from shared.domain.record import Record, field
from shared.runtime import caller
from shared.runtime import instance as instances
from shared.runtime.connections import Connections
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance, Secrets
from shared.runtime.listening import Address
from shared.runtime.metrics import Requests
from shared.runtime.start import public_url, start
from shared.settings import Settings
from shared.store.office.campaigns import Commune


class Site(Record):
    """An instance as it is served."""

    instance: Instance
    settings: Settings
    secrets: Secrets
    commune: Commune
    public_url: str
    health: HealthCheck
    requests: Requests = field(default_factory=Requests)
    proxies: caller.ProxyWatch = field(default_factory=caller.ProxyWatch)
    connections: Connections = field(default_factory=Connections)
    # Where one program serves many units: this one's names, and those of them that are this PC's.
    own_names: frozenset[str] = frozenset()
    names_here: frozenset[str] = frozenset()

    def store(self) -> Store:
        """Return this thread's connection."""
        return self.connections.of(self.instance)

    def settle(self) -> None:
        """Return when all that this thread may have read of the store is on the disk. Raises
        StoreUnavailable."""
        self.connections.settle(self.instance)

    def forget_store(self) -> None:
        """Open a new connection next time: a disk that failed may be back."""
        self.connections.forget(self.instance)

    def hosts(self, bound: Address) -> frozenset[str]:
        """Return the host names that an app bound there answers to; requests with any other name
        are refused."""
        if self.own_names:
            return self.own_names
        public = urlsplit(self.public_url).hostname
        return frozenset(
            {"localhost", "127.0.0.1", "::1", "[::1]", bound.host, *self.settings.office.hosts}
            | ({public} if public else set())
        )

    def names(self, bound: Address) -> caller.HostNames:
        """Return the names of an app bound there, on this PC and elsewhere."""
        here = frozenset({bound.host}) | self.names_here
        away = (
            name for name in self.hosts(bound) - here if not caller.is_loopback(name.strip("[]"))
        )
        return caller.HostNames(here, frozenset(away))


@lru_cache(1024)
def host_of(netloc: str) -> str:
    """Return the host name in a request's `Host`, "" if there is none."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def open_site(program: str, public: Address) -> Site:
    """Return the site of this instance for one program; its public app is at `public`.

    Raises InstanceMissing, KeyIsAnother, SettingWrong, StoreUnavailable, UnitUnknown,
    DemoWithKeys.
    """
    started = start(instances.here())
    return Site(
        instance=started.instance,
        settings=started.settings,
        secrets=started.secrets,
        commune=started.commune,
        public_url=public_url(started.settings, public),
        health=HealthCheck(started.instance, program),
    )
