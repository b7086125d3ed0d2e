"""The only code of this app that talks to mail servers."""
