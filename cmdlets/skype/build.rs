fn main() {
    catalogue::build();
}
