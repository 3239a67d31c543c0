"""``motcua provision``: the command line over :mod:`provisioning`."""
