"""One thin door to the job queue."""
