"""What we use of scikit-learn, which carries no types."""
