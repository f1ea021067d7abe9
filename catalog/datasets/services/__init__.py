"""Use cases of the room: the file, its reading, its dictionary, its preview."""

from catalog.datasets.services.dictionary import save_dictionary
from catalog.datasets.services.files import attach_file, confirm_reading, remove_file, retry_reading, take_away_of
from catalog.datasets.services.preview import choose_preview
from catalog.datasets.services.profile import profile_file

__all__ = [
    "attach_file",
    "choose_preview",
    "confirm_reading",
    "profile_file",
    "remove_file",
    "retry_reading",
    "save_dictionary",
    "take_away_of",
]
