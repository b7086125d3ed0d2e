"""What agents are told: the bell, and mails for those who want them."""
