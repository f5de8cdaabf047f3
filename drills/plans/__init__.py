"""Emergency plans and the rules of the hall: versions, and who has read them."""
