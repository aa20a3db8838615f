"""Which page? One module for each way through: writing, guided questions, coming back with the code."""
