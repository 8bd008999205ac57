"""An endpoint that issues chat tokens to signed-in users: as a server, and as a Lambda function."""
