"""Sessions, seats, scores, votes, minutes and the files a council sees."""
