"""What a queue is: pure rules, the journal, the wire contract. No screen, no hardware."""
