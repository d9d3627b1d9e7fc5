"""What a department rules by decision and not by code: working days, tariffs, books of numbers.

A room registers a kind of setting with its form; administrators then propose values with the day from
which they hold, a second person decides where money or authority changes, and the room asks what is in
force on a day. Nothing is overwritten: the decision that was taken last prevails, as among laws.
"""

from administration.kinds import Effect, SettingKind, settings_of
from administration.reading import in_force
from administration.timeline import EVERYWHERE

__all__ = ["EVERYWHERE", "Effect", "SettingKind", "in_force", "settings_of"]
