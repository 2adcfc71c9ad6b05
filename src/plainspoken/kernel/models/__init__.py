from plainspoken.kernel.models.blobs import Blob
from plainspoken.kernel.models.chores import Chore
from plainspoken.kernel.models.deadline import DEADLINE, Deadline
from plainspoken.kernel.models.delivery import Delivery
from plainspoken.kernel.models.ledger import Checkpoint, Entry, Node, Opening, RefusalTally, Seal, Unsealed
from plainspoken.kernel.models.measure import MeasureDay, MeasureDirty, MeasureStaffWeek, MeasureUnitDay
from plainspoken.kernel.models.presence import Presence
from plainspoken.kernel.models.reads import Read
from plainspoken.kernel.models.search import SearchPending, SearchRow

__all__ = [
    "DEADLINE",
    "Blob",
    "Checkpoint",
    "Chore",
    "Deadline",
    "Delivery",
    "Entry",
    "MeasureDay",
    "MeasureDirty",
    "MeasureStaffWeek",
    "MeasureUnitDay",
    "Node",
    "Opening",
    "Presence",
    "Read",
    "RefusalTally",
    "Seal",
    "SearchPending",
    "SearchRow",
    "Unsealed",
]
