"""Hard keypads on the officers' desks: on an RS-485 line (:mod:`modbus`) or on GPIO pins (:mod:`gpio`)."""
