"""What an audit or a comparison found, in words for supervisors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FINDINGS: dict[str, str | Promise] = {
    "row_changed": _("The row was changed without an event in the log"),
    "row_missing": _("A row the log speaks of is gone"),
    "row_extra": _("A row is there that the log knows nothing of"),
    "row_older_than_log": _("The row comes from a backup; later events of it are in the log"),
    "leaf_changed": _("An entry differs from what was published"),
    "leaf_missing": _("A published entry is missing in the database"),
    "leaf_hash_differs": _("The hash of an entry is not that of its leaf"),
    "leaf_not_canonical": _("A leaf is not written in its one canonical way"),
    "commitment_differs": _("A record is not the one its leaf committed to"),
    "order_broken": _("An event of an object is missing or out of order"),
    "columns_differ": _("The columns of an entry say something else than its leaf"),
    "record_differs": _("The columns of an entry say something else than its record"),
    "rows_differ": _("The kept states of rows are not those the record committed to"),
    "checkpoint_refused": _("The published checkpoint does not hold"),
    "noted_checkpoint_refused": _("A noted checkpoint does not hold"),
    "noted_checkpoint_differs": _("A noted checkpoint differs from its row"),
    "published_tree_is_older": _("The published files are older than the database"),
    "history_rewritten": _("The published log has another history than the one noted"),
    "root_mismatch": _("The published entries do not give the signed root"),
    "file_missing_or_cut": _("A published file is missing or cut short"),
    "tile_differs_from_entries": _("A published hash tile differs from its entries"),
    "tile_differs_from_tile_below": _("A published hash tile differs from the tile below"),
    "years_do_not_join": _("The log of a year does not begin with the checkpoint of the year before"),
}
