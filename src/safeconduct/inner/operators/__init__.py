"""Who works here, what keys they hold, and how they log in."""
