"""What layers do, as data: pictures are made of it elsewhere."""
