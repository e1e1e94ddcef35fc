"""Upload callbacks: after PutObject, PostObject or CompleteMultipartUpload the client's own server is asked."""
