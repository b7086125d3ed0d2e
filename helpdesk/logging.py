"""One event, one line: JSON for machines, a readable line for a person at a terminal, and nothing forged in either."""

import logging
import logging.config
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Everything that could end a line, move a cursor or hide text: C0 and C1 controls, line separators, bidi overrides.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

# A part of a path that is long enough to be the secret of a link.
TOKEN = re.compile(r"[A-Za-z0-9_.:~=-]{40,}")


def without_tokens(path: str) -> str:
    """The path as a log may hold it: a token in it opens something to whoever reads it (F12)."""
    return TOKEN.sub("…", path)


class HideTokens(logging.Filter):
    """For Django's loggers, which name the path of a request that failed or was refused. Stands at the handler,
    since the filter of a logger does not see what its children say (django.security.csrf)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(without_tokens(one) if isinstance(one, str) else one for one in record.args)
        return True


def _escape(value: str) -> str:
    return UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", value)


def escape_controls(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Make control characters of foreign text visible, so that no value can fake a second line on a terminal."""
    return {
        _escape(str(key)): _escape(value) if isinstance(value, str) and key != "exception" else value
        for key, value in event.items()
    }


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.UnicodeDecoder(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def formatter(style: str = "auto") -> logging.Formatter:
    """Return the formatter of one style: json, console, or auto (console when a person is watching)."""
    if style == "console" or (style == "auto" and sys.stderr.isatty()):
        last: list[Processor] = [
            escape_controls,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    else:
        # ensure_ascii (the default) escapes every separator that a log reader could take for a line end.
        last = [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer(default=str)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def logging_config(level: str, style: str) -> None:
    """Send structlog and the standard library's loggers through one formatter to standard error."""
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "style": style}},
        "filters": {"tokens": {"()": HideTokens}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Our own request line says more, without a query string; Django's would be a second one.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "WARNING"},
            "celery": {"level": level},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "mail.log": {"level": "WARNING"},
        },
    }
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
