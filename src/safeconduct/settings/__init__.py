"""What a deployment may set: one module for each wing, and none that loads both."""
