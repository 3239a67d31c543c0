"""Steps from an older database of central to this one (Alembic); run by :meth:`central.store.Store.open`."""
