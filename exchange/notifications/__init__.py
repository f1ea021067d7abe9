"""Messages to people: inbox and mail, sent by a job."""
