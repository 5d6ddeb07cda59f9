"""What happens on Socket.IO."""
