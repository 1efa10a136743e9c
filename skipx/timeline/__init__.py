"""The launch-queue model: plays what a host issues on a device's queues; nothing reads files."""
