"""The operator's pages: the queue, the case with its conversation, the answer, the note that can never be sent."""
