"""The checks that any machine of an office may need, one module a kind of device."""
