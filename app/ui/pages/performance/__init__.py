"""The performance page: engines measured side by side, on this computer."""
