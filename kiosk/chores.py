"""What this program does beside its pages for a unit."""

from kiosk.closing import Closer
from kiosk.comparing import Comparer
from kiosk.daily import Daily
from kiosk.drafting import Drafting
from kiosk.examining import Examiner
from kiosk.forgetting import Forgetter
from kiosk.long_work import LongWork
from kiosk.pending import PendingActs
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore


def of(site: Site, daily: Daily) -> list[Chore]:
    """Return a site's chores, but for the printer's."""
    zone = site.settings.office.zone
    return [
        Examiner(site.instance).chore(),
        Forgetter(site.instance).chore(),
        Closer(site.instance, zone).chore(),
        PendingActs(site.instance, zone).chore(),
        Comparer(site.instance).chore(),
        LongWork(site).chore(),
        Drafting(site).chore(),
        daily.chore(),
    ]
