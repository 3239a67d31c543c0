"""The hub: the only writer of the office's journal, with its MQTT and HTTP fronts."""
