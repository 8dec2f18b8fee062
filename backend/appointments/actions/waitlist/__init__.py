"""The wait list: joining and leaving, offers and what becomes of them, the order of the queue."""
