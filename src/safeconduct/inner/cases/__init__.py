"""Cases, their threads, messages, files and notes; and how they are erased."""
