"""The demo estate: one month of the main job, and what the other areas show."""
