#!/usr/bin/env python
"""The command line of the helpdesk; a wrong setting is told in one sentence instead of a trace."""

import os
import sys


def main() -> None:
    """Run a Django command; exits 2 with one sentence when the environment holds a setting that cannot be right."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.base")
    from django.core.management import execute_from_command_line

    from helpdesk.settings.env import BadSetting

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as problem:
        sys.exit(f"helpdesk cannot start: {problem}")


if __name__ == "__main__":
    main()
