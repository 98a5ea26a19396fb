"""Cases of churn."""
