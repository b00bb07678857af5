"""The demo's calendar: its days are told from the day on which it is founded."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.domain import clock
from shared.domain.record import Record


class DemoDays(Record):
    """The days around the instant `at` (ms UTC), in the office's zone."""

    at: int
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """Return the local day."""
        return clock.to_local(self.at, self.zone).date()

    def iso(self, days: int) -> str:
        """Return the day so many days from today, before it if negative, as YYYY-MM-DD."""
        return (self.today + timedelta(days=days)).isoformat()

    def iso_after(self, at: int, days: int) -> str:
        """Return the day so many days after an instant (ms UTC), as YYYY-MM-DD."""
        return (clock.to_local(at, self.zone).date() + timedelta(days=days)).isoformat()

    def ago(self, days: int, at: time) -> int:
        """Return an hour of the office so many days ago, in ms UTC; the Friday before a weekend."""
        day = self.today - timedelta(days=days)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return clock.from_local(datetime.combine(day, at, tzinfo=self.zone))

    def minutes_ago(self, minutes: int) -> int:
        """Return the instant so many minutes ago, in ms UTC."""
        return self.at - minutes * clock.MINUTE

    def after(self, at: int, days: int, hour: time) -> int:
        """Return that hour of the day so many working days after an instant, in ms UTC."""
        day = clock.add_working_days(clock.to_local(at, self.zone).date(), days)
        return clock.from_local(datetime.combine(day, hour, tzinfo=self.zone))

    def latest(self, written: str, newest: str) -> int:
        """Return the instant (ms UTC) that `written` (RFC 3339) has in the latest year in which
        `newest`, the last of its kind, lies before today."""
        now = clock.to_local(self.at, self.zone)
        year = now.year - (datetime.fromisoformat(newest).replace(year=now.year) > now)
        return clock.from_local(datetime.fromisoformat(written).replace(year=year))
