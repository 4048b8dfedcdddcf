"""A folder in, a finished run out: scanning, recognising on all cores, surviving whatever happens."""
