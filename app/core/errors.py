"""The errors a user can meet.

    WanwuError
    ├── PictureError    one file that cannot be recognised
    ├── ModelError      a model that cannot be built, read or trusted
    ├── EngineError     an engine or a device that cannot run here
    ├── StoreError      the database of batch runs cannot be used
    ├── SettingsError   a setting with an impossible value
    └── CancelledError       the user asked to stop; never shown

Every error is a code from the closed list below and the facts that belong to it. The sentence for the
user is made by `app.core.sentences`, in the user's language. Anything else that is raised is a bug: it is
reported with the code `internal`.
"""

from enum import StrEnum


class ErrorCode(StrEnum):
    """The closed list of codes, as they appear in JSON output. docs/errors.md explains each."""

    # Pictures
    NOT_FOUND = "not_found"
    NOT_A_FILE = "not_a_file"
    PERMISSION_DENIED = "permission_denied"
    READ_FAILED = "read_failed"
    EMPTY_FILE = "empty_file"
    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    DECODE_FAILED = "decode_failed"
    # Models
    MODEL_UNKNOWN = "model_unknown"
    MODEL_NOT_FOUND = "model_not_found"
    MODEL_CARD_INVALID = "model_card_invalid"
    MODEL_WEIGHTS_MISSING = "model_weights_missing"
    MODEL_WEIGHTS_MISMATCH = "model_weights_mismatch"
    MODEL_FILE_INVALID = "model_file_invalid"
    MODEL_FILE_FOREIGN = "model_file_foreign"
    MODEL_FILE_NEWER = "model_file_newer"
    MODEL_LABELS_MISMATCH = "model_labels_mismatch"
    MODEL_WEIGHTS_DIFFER = "model_weights_differ"
    MODEL_OUTPUT_WRONG = "model_output_wrong"
    MODEL_NO_PROBABILITIES = "model_no_probabilities"
    MODEL_DIFFERS = "model_differs"
    MODEL_UNTRUSTED = "model_untrusted"
    MODEL_STORE_UNWRITABLE = "model_store_unwritable"
    # Engines and devices
    ENGINE_UNKNOWN = "engine_unknown"
    ENGINE_UNAVAILABLE = "engine_unavailable"
    ENGINE_NOT_HERE = "engine_not_here"
    ENGINE_DISAGREES = "engine_disagrees"
    TRACE_REFUSED = "trace_refused"
    DEVICE_UNAVAILABLE = "device_unavailable"
    OUT_OF_MEMORY = "out_of_memory"
    INFERENCE_FAILED = "inference_failed"
    # Batch runs and their database
    QUARANTINED = "quarantined"
    HUNG = "hung"
    VANISHED = "vanished"
    FOLDER_GONE = "folder_gone"
    STORE_NEWER = "store_newer"
    STORE_DAMAGED = "store_damaged"
    ANSWER_DAMAGED = "answer_damaged"
    STORE_GONE = "store_gone"
    STORE_UNWRITABLE = "store_unwritable"
    STORE_BUSY = "store_busy"
    RUN_BUSY = "run_busy"
    RUN_MODEL_DIFFERS = "run_model_differs"
    RUN_UNFINISHED = "run_unfinished"
    RUN_UNKNOWN = "run_unknown"
    # Sorting pictures into folders, and keywords
    SORTING_UNKNOWN = "sorting_unknown"
    SORTING_BUSY = "sorting_busy"
    DISK_FULL = "disk_full"
    LINK_NOT_MOVED = "link_not_moved"
    LINK_IN_PLACE = "link_in_place"
    PLACE_TAKEN = "place_taken"
    COPY_CHANGED = "copy_changed"
    ORIGINAL_GONE = "original_gone"
    KEYWORDS_UNREADABLE = "keywords_unreadable"
    # Everything else
    SETTING_INVALID = "setting_invalid"
    OUTPUT_FORM_UNKNOWN = "output_form_unknown"
    OUTPUT_UNWRITABLE = "output_unwritable"
    EXTRA_MISSING = "extra_missing"
    CACHE_UNWRITABLE = "cache_unwritable"
    NO_PICTURES = "no_pictures"
    NO_DISPLAY = "no_display"
    CURRENT_FOLDER_GONE = "current_folder_gone"
    PROCESS_DIED = "process_died"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


class WanwuError(Exception):
    """A known failure: `code`, and `facts` that fill the user's sentence for that code."""

    def __init__(self, code: ErrorCode, **facts: object) -> None:
        super().__init__(f"{code}: " + ", ".join(f"{key}={value!r}" for key, value in facts.items()))
        self.code = code
        self.facts = facts

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole."""
        return _rebuild, (type(self), self.code, self.facts)


def _rebuild(kind: type[WanwuError], code: ErrorCode, facts: dict[str, object]) -> WanwuError:
    return kind(code, **facts)


class PictureError(WanwuError):
    """One file could not be turned into a picture, or the picture could not be recognised."""


class ModelError(WanwuError):
    """A model is missing, damaged, not trusted, or does not do what its card says."""


class EngineError(WanwuError):
    """An engine or device cannot run here, or failed while it ran."""


class StoreError(WanwuError):
    """The database is damaged, busy, newer than the program, or the disk is full."""


class SettingsError(WanwuError):
    """A setting has a value outside its declared range."""


class CancelledError(WanwuError):
    """The work was stopped because the user asked for it."""

    def __init__(self, code: ErrorCode = ErrorCode.CANCELLED, **facts: object) -> None:
        super().__init__(code, **facts)
