"""A moderated chat room: review, events, deletion, kicks and bans."""
