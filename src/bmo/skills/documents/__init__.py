"""Documents of the household: what people drop into a folder is found again, and read aloud with its source."""
