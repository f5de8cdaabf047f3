"""What can be done with exams and asked of them."""
