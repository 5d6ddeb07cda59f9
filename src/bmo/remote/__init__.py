"""The line to AI servers: one module per capability, one place that translates faults."""
