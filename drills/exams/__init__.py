"""Exams: the question bank, papers drawn from it, on the tablet and on paper."""
