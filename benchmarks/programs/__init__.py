"""Three programs that differ in their resource only; each declares so many rooms."""
