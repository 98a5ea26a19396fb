"""Which customers fall into arrears."""
