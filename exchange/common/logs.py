"""Technical logs: one JSON object a line, an event with fields, no personal data (style guide 45)."""

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"
PERSONAL_NAMES = re.compile(
    r"mail|phone|password|secret|token|full_name|holder|representative|personal|bank_account|cookie|authorization",
    re.IGNORECASE,
)
# Addresses, telephone numbers and numbers of persons, inside any text.
PERSONAL_VALUES = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])(?:\+84|0)[ .-]?\d{2,3}(?:[ .-]?\d{3,4}){2}(?![\w.-])"
    r"|(?<!\w)0\d{11}(?!\w)",
)
LOUD = ("procrastinate.blueprints", "procrastinate.periodic")
UNTOUCHED = frozenset({"event", "timestamp", "level", "request_id", "ip", "port", "logger"})


def configure(options: dict[str, Any]) -> None:
    """Set up structlog and the standard library's loggers alike; named in settings.LOGGING_CONFIG."""
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=options["cache"],
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _shared(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_personal_data,
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
    }
    quiet = {"handlers": [], "propagate": True}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stream"], "level": options["level"]},
            "loggers": {"django": quiet, "django.server": quiet, **{name: {"level": "WARNING"} for name in LOUD}},
        }
    )


def hide_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace what may be personal: by the field's name, or by the look of the value."""
    for name, value in event.items():
        if name not in UNTOUCHED:
            event[name] = HIDDEN if PERSONAL_NAMES.search(name) else _cleaned(value)
    event["event"] = _cleaned(event.get("event", ""))
    return event


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): HIDDEN if PERSONAL_NAMES.search(str(k)) else _cleaned(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return PERSONAL_VALUES.sub(HIDDEN, str(value))


def _shared() -> list:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
