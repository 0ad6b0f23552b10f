"""What has to be done now and then, by one worker at a time: months of the audit log, ended sessions."""
