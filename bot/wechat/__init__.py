"""The platform's protocol: callback, API client, and a simulator of the platform."""
