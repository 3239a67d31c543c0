"""The MQTT contract between the rooms of an office: topics, messages, bus."""
