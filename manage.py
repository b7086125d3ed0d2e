#!/usr/bin/env python
"""The command line of the helpdesk; a wrong setting is told in one sentence instead of a trace."""

import os
import sys


def main() -> None:
    """Run a Django command; a setting that cannot be right ends it with one sentence.

    The exit code is then 1, but 75 for `receive_mail`: a mail server returns the mail to its sender on any other code.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.base")
    from django.core.management import execute_from_command_line

    from helpdesk.settings.env import BadSetting

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as problem:
        sys.stderr.write(f"helpdesk cannot start: {problem}\n")
        sys.exit(75 if sys.argv[1:2] == ["receive_mail"] else 1)


if __name__ == "__main__":
    main()
